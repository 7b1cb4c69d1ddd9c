import type { ResponseStream } from './responseStream';

interface Failure {
  /** Undefined: the failure comes in the stream, after a good status. */
  status?: number;
  type: string;
  code: string;
  message: string;
}

/** Ends an answer with the failure that `fail:REASON` names; an unknown number is that HTTP status. */
export async function fail(stream: ResponseStream, reason: string): Promise<void> {
  const failure = failures[reason] ?? unknownFailure(reason);
  if (failure.status === undefined) await stream.streamError(failure);
  else await stream.httpError(failure.status, failure);
}

const failures: Record<string, Failure> = {
  '400': http(400, 'invalid_request_error', 'The offline model does not like this request.'),
  '401': http(401, 'invalid_api_key', 'The offline model does not know this key.'),
  '429': http(429, 'usage_limit_reached', 'The usage limit of the offline model has been reached.'),
  '500': http(500, 'server_error', 'The offline model has failed.'),
  overloaded: inStream('server_is_overloaded', 'The offline model is overloaded.'),
  context: inStream('context_length_exceeded', 'The input is longer than the context of the offline model.'),
  quota: inStream('insufficient_quota', 'The quota of the offline model is used up.'),
};

function http(status: number, code: string, message: string): Failure {
  return { status, type: code, code, message };
}

function inStream(code: string, message: string): Failure {
  return { type: code, code, message };
}

function unknownFailure(reason: string): Failure {
  const status = Number(reason);
  const message = `The offline model has failed (${reason}).`;
  return status >= 400 && status < 600 ? http(status, 'server_error', message) : inStream(reason, message);
}
