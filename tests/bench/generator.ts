/**
 * Whether the load generator could have done more: a table in which it was the slowest says nothing of the servers.
 *
 * @module
 */
import type { Contender } from "./contenders.ts";
import type { Results } from "./measure.ts";
import { middleOf } from "./median.ts";

/** Who used or waited for so much of a core was at its end. */
const WHOLE_CORE = 0.95;
/** On a quiet machine nobody but a database takes so much of its core. */
const KEPT_FROM = 0.1;
/** Beside somebody it is to have done so many times what ours takes, or nobody knows that ours is not what it can do. */
const HEADROOM = 1.5;

/** What the generator did beside one contender. */
interface Work {
  readonly name: string;
  /** Whether a database works on the same core. */
  readonly sharesCore: boolean;
  /** Share of its core in which it worked, and in which others kept it from working. */
  readonly worked: number;
  readonly waited: number;
  /** The same of the server. */
  readonly server: number;
  /** Messages a second. */
  readonly rate: number;
}

/** How busy it was at the most, one measure after the other, and how much more than ours it has been seen to do. */
export function headroom(all: readonly Results[], contenders: readonly Contender[]): readonly string[] {
  return all.flatMap((results) => {
    const works = worksOf(results, contenders);
    const [busiest] = works.toSorted((one, other) => busy(other) - busy(one));
    if (busiest === undefined) return [];
    const share = `${busiest.worked.toFixed(2)} of its core at the most, beside ${busiest.name}`;
    return [`${results.measure.name}: ${share}${results.measure.saturates ? reachedBeside(works) : ""}`];
  });
}

function reachedBeside(works: readonly Work[]): string {
  const [ours] = works;
  const [fastest] = works.toSorted((one, other) => other.rate - one.rate);
  if (ours === undefined || fastest === undefined) return "";
  const times = (fastest.rate / ours.rate).toFixed(1);
  return `; ${fastest.rate.toFixed(0)}/s beside ${fastest.name}, ${times} times what ${ours.name} took`;
}

/**
 * Where it was the slowest of the two, was kept from its work, or has not been seen to do more than ours takes, each as
 * a sentence.
 */
export function bottlenecks(all: readonly Results[], contenders: readonly Contender[]): readonly string[] {
  return all.flatMap((results) => {
    const works = worksOf(results, contenders);
    const { name, saturates } = results.measure;
    const slow = works.filter((work) => busy(work) > WHOLE_CORE && work.server < WHOLE_CORE)
      .map((work) => `${name}: the load generator was the bottleneck beside ${work.name}`);
    const [kept] = works.filter(({ sharesCore }) => !sharesCore)
      .toSorted((one, other) => other.waited - one.waited);
    const disturbed = kept !== undefined && kept.waited > KEPT_FROM
      ? [
        `${name}: other work took ${kept.waited.toFixed(2)} of the load generator's core beside ${kept.name}`,
      ]
      : [];
    const [ours] = works;
    const most = Math.max(...works.map(({ rate }) => rate));
    const unproven = saturates && ours !== undefined && works.length > 1 && most < HEADROOM * ours.rate
      ? [`${name}: the load generator did nowhere ${HEADROOM} times what ${ours.name} took (try --peers)`]
      : [];
    return [...slow, ...disturbed, ...unproven];
  });
}

function worksOf({ samples }: Results, contenders: readonly Contender[]): readonly Work[] {
  return contenders.flatMap((one) => {
    const figure = (key: string): number => middleOf({ key }, samples.get(one));
    if (Number.isNaN(figure("load_cpu"))) return [];
    return [{
      name: one.name,
      sharesCore: one.kind === "program" && one.storage !== "embedded",
      worked: figure("load_cpu"),
      waited: figure("load_waited"),
      server: figure("server_cpu"),
      rate: figure("acked"),
    }];
  });
}

function busy({ worked, waited }: Work): number {
  return worked + waited;
}
