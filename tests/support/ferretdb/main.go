// A server of the MongoDB protocol for the tests: FerretDB on SQLite, in a directory of its own.
//
// FerretDB 1.24 reads a document, changes it and writes it back without a lock, where MongoDB changes one document
// at a time. So what writes goes through one at a time here.
package main

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/FerretDB/FerretDB/ferretdb"
)

const (
	headerBytes     = 16
	maxMessageBytes = 64 << 20
	opMsg           = 2013
	// Behind the header: flags (4), the kind of the section (1), the document's length (4), its first value's type (1).
	commandAt = headerBytes + 10
)

// writes are the commands that change documents.
var writes = map[string]bool{"insert": true, "update": true, "delete": true, "findAndModify": true}

func main() {
	directory := flag.String("dir", "", "where the data is")
	listen := flag.String("listen", "127.0.0.1:0", "where clients come in")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	socket := filepath.Join(*directory, "ferretdb.sock")
	if err := os.Remove(socket); err != nil && !os.IsNotExist(err) {
		log.Fatal(err)
	}
	database, err := ferretdb.New(&ferretdb.Config{
		Listener: ferretdb.ListenerConfig{Unix: socket},
		Logger:   slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
		Handler:  "sqlite",
		// What is written survives the process, as the tests kill it; not the machine, which is spared the disk's time.
		SQLiteURL: "file:" + *directory + "/?_pragma=synchronous(normal)",
	})
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	go serve(listener, socket)
	go endWithParent(stop)
	fmt.Printf("listening on %s\n", listener.Addr())
	if err := database.Run(ctx); err != nil {
		log.Fatal(err)
	}
}

// endWithParent stops the server when whoever started it has ended without doing so.
func endWithParent(stop func()) {
	parent := os.Getppid()
	for range time.Tick(time.Second) {
		if os.Getppid() != parent {
			stop()
		}
	}
}

func serve(listener net.Listener, socket string) {
	var turn sync.Mutex
	for {
		client, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			defer client.Close()
			server, err := net.Dial("unix", socket)
			if err != nil {
				log.Print(err)
				return
			}
			defer server.Close()
			for exchange(client, server, &turn) == nil {
			}
		}()
	}
}

// exchange passes one command on and its answer back.
func exchange(client, server net.Conn, turn *sync.Mutex) error {
	command, err := readMessage(client)
	if err != nil {
		return err
	}
	answer, err := ask(server, command, turn)
	if err != nil {
		return err
	}
	_, err = client.Write(answer)
	return err
}

func ask(server net.Conn, command []byte, turn *sync.Mutex) ([]byte, error) {
	if writes[nameOf(command)] {
		turn.Lock()
		defer turn.Unlock()
	}
	if _, err := server.Write(command); err != nil {
		return nil, err
	}
	return readMessage(server)
}

func readMessage(from io.Reader) ([]byte, error) {
	header := make([]byte, headerBytes)
	if _, err := io.ReadFull(from, header); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(header)
	if length < headerBytes || length > maxMessageBytes {
		return nil, fmt.Errorf("a message of %d bytes", length)
	}
	message := make([]byte, length)
	copy(message, header)
	_, err := io.ReadFull(from, message[headerBytes:])
	return message, err
}

// nameOf is the command's name: the first key of the message's first document.
func nameOf(message []byte) string {
	if len(message) <= commandAt || binary.LittleEndian.Uint32(message[12:]) != opMsg {
		return ""
	}
	for at := commandAt; at < len(message); at++ {
		if message[at] == 0 {
			return string(message[commandAt:at])
		}
	}
	return ""
}
