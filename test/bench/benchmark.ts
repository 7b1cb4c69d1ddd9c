import type { Measurement } from './measure';

/** What a benchmark may use. */
export interface BenchTools {
  /** Builds and packages the extension, once for all benchmarks of a run; the path of the package. */
  readonly packaged: () => Promise<string>;
  /** Tells the person how far a long benchmark is. */
  readonly note: (line: string) => void;
}

/** Something that `npm run bench` measures. */
export interface Benchmark {
  /** For `--only`, and the name of its chief result. Further results are `name/part` or `name/size`. */
  readonly name: string;
  /** Ends everything that it started, also when it fails. */
  run(tools: BenchTools): Promise<readonly Measurement[]>;
}
