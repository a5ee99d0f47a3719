// Relay is what Go Chat is measured against: the least a chat server on gorilla/websocket can do.
//
// It parses each message, hands it to the recipient's socket and acknowledges it to the sender. It knows no accounts,
// checks nothing, stores nothing and loses whatever is under way when it ends.
//
//	relay PORT
package main

import (
	"encoding/json"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// frame is everything that goes over a socket: a message in, the same message out, or its acknowledgement.
type frame struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	From    string `json:"from,omitempty"`
	To      string `json:"to,omitempty"`
	Content string `json:"content,omitempty"`
	Seq     uint64 `json:"seq,omitempty"`
	At      int64  `json:"at,omitempty"`
}

// member is one socket; gorilla allows one writer at a time.
type member struct {
	socket  *websocket.Conn
	writing sync.Mutex
}

func (m *member) write(f frame) error {
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	m.writing.Lock()
	defer m.writing.Unlock()
	return m.socket.WriteMessage(websocket.TextMessage, text)
}

// room holds the members by name.
type room struct {
	members sync.Map
	seq     atomic.Uint64
}

func (r *room) serve(name string, m *member) {
	r.members.Store(name, m)
	defer m.socket.Close()
	defer r.forget(name, m)
	for {
		_, text, err := m.socket.ReadMessage()
		if err != nil {
			return
		}
		var f frame
		if json.Unmarshal(text, &f) != nil || f.Type != "message" || f.To == "" || f.ID == "" {
			continue
		}
		f.From, f.Seq, f.At = name, r.seq.Add(1), time.Now().UnixMilli()
		if peer, ok := r.members.Load(f.To); ok {
			_ = peer.(*member).write(f) // a peer that left finds out by its own reader
		}
		if m.write(frame{Type: "ack", ID: f.ID, Seq: f.Seq, At: f.At}) != nil {
			return
		}
	}
}

// forget removes m, unless somebody else came under its name.
func (r *room) forget(name string, m *member) {
	if current, ok := r.members.Load(name); ok && current == m {
		r.members.Delete(name)
	}
}

func main() {
	if len(os.Args) < 2 {
		log.Fatal("usage: relay PORT")
	}
	everybody := &room{}
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	http.HandleFunc("/ws", func(w http.ResponseWriter, request *http.Request) {
		socket, err := upgrader.Upgrade(w, request, nil)
		if err != nil {
			return
		}
		socket.SetReadLimit(64 << 10)
		// The handler returns, so that net/http can let go of what it keeps for a request.
		go everybody.serve(request.URL.Query().Get("u"), &member{socket: socket})
	})
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.Serve(listener, nil))
}
