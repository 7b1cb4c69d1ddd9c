export type Unit = 'ms' | 'kB' | 'MB' | '%';

/** The statistics that an aim can be about. */
export type Statistic = 'p50' | 'p95' | 'max';

/** What we want a number to stay below. */
export interface Aim {
  readonly below: number;
  /** The median when not said. */
  readonly of?: Statistic;
}

/** The samples of one thing, in the order in which they were taken. */
export interface Measurement {
  readonly name: string;
  readonly unit: Unit;
  readonly samples: readonly number[];
  readonly aims?: readonly Aim[];
}

/** A measurement in a few numbers: one element of the array that `--json` writes. */
export interface Result {
  readonly name: string;
  readonly unit: Unit;
  /** How many samples. */
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** @throws Error when there is no sample. */
export function summarise({ name, unit, samples }: Measurement): Result {
  if (samples.length === 0) throw new Error(`${name}: nothing was measured.`);
  const sorted = [...samples].sort((one, other) => one - other);
  const at = (share: number): number => rounded(percentile(sorted, share));
  return { name, unit, n: samples.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}

export function meetsAim(result: Result, { below, of = 'p50' }: Aim): boolean {
  return result[of] < below;
}

/** The smallest sample that is not below the given share of them (nearest rank). */
function percentile(sorted: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
