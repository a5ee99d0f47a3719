/**
 * `completion`: what a shell offers after Tab, from the commands themselves.
 *
 * @module
 */
import { Argument, type Command } from "commander";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = typeof SHELLS[number];

/** What may follow the words of a command. */
interface Place {
  /** Such as `user list`; empty: the program. */
  readonly path: string;
  readonly words: readonly string[];
}

/** Adds it. */
export function addCompletion(program: Command, write: (text: string) => void): void {
  program.command("completion")
    .summary("Print the completion of a shell")
    .description("Prints what makes a shell complete commands and flags.")
    .addArgument(new Argument("<shell>").choices(SHELLS))
    .addHelpText("after", '\nExample:\n  eval "$(go-chat completion bash)"')
    .action((shell: Shell) => write(completion(shell, placesOf(program, program, ""))));
}

function placesOf(program: Command, command: Command, path: string): readonly Place[] {
  const options = new Set([...command.options, ...program.options].map((option) => option.long ?? ""));
  const words = [...command.commands.map((one) => one.name()), ...options, "--help"];
  const below = command.commands.flatMap((one) => placesOf(program, one, `${path} ${one.name()}`.trim()));
  return [{ path, words }, ...below];
}

/** The script of a shell: finds the deepest command in the line, and offers what may follow it. */
function completion(shell: Shell, places: readonly Place[]): string {
  if (shell === "fish") return fish(places);
  const cases = places.map(({ path, words }) => `    "${path}") words="${words.join(" ")}" ;;`).join("\n");
  const paths = places.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`).join("|");
  const find = (words: string): string =>
    `  local at="" next word words=""
  for word in ${words}; do
    next="\${at:+$at }$word"
    case "$next" in ${paths}) at="$next" ;; esac
  done
  case "$at" in
${cases}
  esac`;
  if (shell === "zsh") {
    return `#compdef go-chat
_go_chat() {
${
      find('"${(@)words_given[2,CURRENT-1]}"').replace(
        "  local",
        '  local -a words_given=("${words[@]}")\n  local',
      )
    }
  compadd -- \${=words}
}
compdef _go_chat go-chat
`;
  }
  return `_go_chat() {
${find('"${COMP_WORDS[@]:1:COMP_CWORD-1}"')}
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _go_chat go-chat
`;
}

function fish(places: readonly Place[]): string {
  return places.map(({ path, words }) => {
    const seen = path === "" ? "__fish_use_subcommand" : path.split(" ")
      .map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
    return `complete -c go-chat -f -n '${seen}' -a '${words.join(" ")}'\n`;
  }).join("");
}
