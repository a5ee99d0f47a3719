/**
 * What zod found wrong, in words for people and by field.
 *
 * @module
 */
import { z } from "zod";
import { ChatError, type Sentence } from "../realtime/errors.ts";

type Issue = z.core.$ZodIssue;

const Told = z.object({ sentence: z.object({ en: z.string(), zh: z.string() }) });

const MALFORMED: Sentence = { en: "Is not valid", zh: "格式不正确" };

/** Sentences of schemas that are shared with the socket, whose frames speak English only. */
const SHARED: ReadonlyMap<string, Sentence> = new Map([
  [
    "must not contain U+0000 or lone surrogates",
    { en: "Must not contain U+0000 or broken characters", zh: "不能包含 U+0000 或不完整的字符" },
  ],
  ["must not be empty", { en: "Must not be empty", zh: "不能为空" }],
]);

/** The error for issues whose paths begin with where the field was (`body`, `query`, `params`). */
export function fieldFaults(issues: readonly Issue[]): ChatError {
  const fields = Object.create(null) as Record<string, Sentence>;
  for (const issue of issues) {
    const name = issue.path.slice(1).join(".");
    fields[name === "" ? String(issue.path[0] ?? "request") : name] ??= sentenceOf(issue);
  }
  return new ChatError("invalid_fields", { fields });
}

function sentenceOf(issue: Issue): Sentence {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? { en: "Is required", zh: "必填" } : typeSentence(issue.expected);
    case "too_small":
      return boundSentence(issue.origin, Number(issue.minimum), { en: "at least", zh: "至少" });
    case "too_big":
      return boundSentence(issue.origin, Number(issue.maximum), { en: "at most", zh: "最多" });
    case "invalid_value":
      return {
        en: `Must be one of: ${issue.values.join(", ")}`,
        zh: `必须是以下之一：${issue.values.join("、")}`,
      };
    case "custom":
      return customSentence(issue);
    default:
      return MALFORMED;
  }
}

function typeSentence(expected: string): Sentence {
  switch (expected) {
    case "string":
      return { en: "Must be text", zh: "必须是文本" };
    case "int":
      return { en: "Must be a whole number", zh: "必须是整数" };
    case "number":
      return { en: "Must be a number", zh: "必须是数字" };
    case "boolean":
      return { en: "Must be true or false", zh: "必须是 true 或 false" };
    default:
      return MALFORMED;
  }
}

function boundSentence(origin: string, bound: number, word: Sentence): Sentence {
  if (origin === "string" && bound === 1 && word.en === "at least") return { en: "Is required", zh: "必填" };
  if (origin === "string") {
    return { en: `Must have ${word.en} ${bound} characters`, zh: `${word.zh} ${bound} 个字符` };
  }
  return { en: `Must be ${word.en} ${bound}`, zh: `${word.zh}为 ${bound}` };
}

function customSentence(issue: Extract<Issue, { code: "custom" }>): Sentence {
  const told = Told.safeParse(issue.params);
  if (told.success) return told.data.sentence;
  const points = /^must have at most (\d+) characters$/.exec(issue.message)?.[1];
  if (points !== undefined) {
    return { en: `Must have at most ${points} characters`, zh: `最多 ${points} 个字符` };
  }
  return SHARED.get(issue.message) ?? { en: issue.message, zh: MALFORMED.zh };
}
