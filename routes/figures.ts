/**
 * What the server is doing and did during the last hours, for owners.
 *
 * @module
 */
import { z } from "zod";
import { type FiguresHistory, SAMPLE_MS, SERIES, type SeriesName } from "./figures_history.ts";
import type { Routes } from "./route.ts";
import { limitText } from "./shapes.ts";

/** As many points as a small plot shows. */
const POINTS = 120;
const HOURS = 6;

const Value = z.number().nullable();

/** Mounts `/api/v1/admin/figures`. */
export function mountFigures(routes: Routes, history: FiguresHistory): void {
  routes.call({
    method: "GET",
    path: "/api/v1/admin/figures",
    tag: "admin",
    summary: "What this server is doing, and did during the last hours",
    access: "owner",
    input: z.object({
      query: z.object({
        minutes: limitText(HOURS * 60, 60).meta({ description: "How far back the points go" }),
      }),
    }),
    data: z.object({
      sample_seconds: z.number(),
      newest: shape(Value).nullable().meta({ description: "Null during the first seconds of a run" }),
      times: z.array(z.iso.datetime()),
      series: shape(z.array(Value)).meta({
        description: "One value for each of `times`; null: not known",
      }),
    }),
    done: { en: "Figures", zh: "运行数据" },
    errors: [],
  }, ({ input }) => {
    const { times, series } = history.last(input.query.minutes, POINTS);
    return Promise.resolve({
      sample_seconds: SAMPLE_MS / 1_000,
      newest: history.newest,
      times: times.map((at) => new Date(at).toISOString()),
      series: mutable(series),
    });
  });
}

function shape<T extends z.ZodType>(value: T): z.ZodObject<Record<SeriesName, T>> {
  const fields = Object.fromEntries(SERIES.map((name) => [name, value])) as Record<SeriesName, T>;
  return z.object(fields);
}

function mutable(
  series: Readonly<Record<SeriesName, readonly (number | null)[]>>,
): Record<SeriesName, (number | null)[]> {
  const copies = Object.entries(series).map(([name, values]) => [name, [...values]]);
  return Object.fromEntries(copies) as Record<SeriesName, (number | null)[]>;
}
