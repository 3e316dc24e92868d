import type { CountedRequest } from "./request-counter.ts";

/** As much of a Workers Analytics Engine dataset as is used. */
export type RequestDataset = {
  readonly writeDataPoint: (point: { indexes: string[]; blobs: string[]; doubles: number[] }) => void;
};

/** A request as one data point. */
export type RecordedRequest = CountedRequest & {
  /** Of the problem that it was answered with. */
  readonly code?: string | undefined;
};

/**
 * Writes the data point of one request: `blob1` route, `blob2` method, `blob3` status, `blob4` path taken, `blob5` problem
 * code, `double1` milliseconds, sampled by route. Nothing waits for it.
 */
export function writeRequestPoint(dataset: RequestDataset, request: RecordedRequest): void {
  const { route, method, status, path = "", code = "", ms } = request;
  dataset.writeDataPoint({
    indexes: [route],
    blobs: [route, method, String(status), path, code],
    doubles: [ms],
  });
}
