import { errorCode, UserError } from '../base/userError';

const ADVICE: Record<string, string> = {
  ENOSPC: 'the disk is full. Free some space and try again.',
  EDQUOT: 'your disk quota is used up. Free some space and try again.',
  EACCES: 'permission denied. Check who owns it and try again.',
  EPERM: 'permission denied. Check who owns it and try again.',
  EROFS: 'the disk is read-only. Make it writable and try again.',
  EMFILE: 'too many files are open. Close some programs and try again.',
  ENFILE: 'too many files are open. Close some programs and try again.',
  ENOENT: 'its folder does not exist. Try again.',
  ENOTDIR: 'a file stands where a folder should be. Move it away and try again.',
  EISDIR: 'a folder stands where a file should be. Move it away and try again.',
  ENXIO: 'a pipe, a socket or a device stands where a file should be. Move it away and try again.',
  EEXIST: 'something else stands in its place. Move it away and try again.',
  ENOTEMPTY: 'a folder stands where a file should be. Move it away and try again.',
  ENAMETOOLONG: 'its name is too long for the disk.',
  ELOOP: 'it is a symbolic link that is not followed, or leads in circles. Remove the link and try again.',
  EIO: 'the disk reports a fault.',
};

/**
 * What to throw for an error of the file system: a {@link UserError} that names `path` and the way out, with
 * the error as its cause; an error whose reason is not the disk's is returned as it is.
 */
export function fileError(error: unknown, verb: 'read' | 'write', path: string): unknown {
  if (error instanceof UserError) return error;
  const advice = ADVICE[errorCode(error) ?? ''];
  return advice === undefined ? error : new UserError(`Cannot ${verb} ${path}: ${advice}`, { cause: error });
}

/** True for "no such file", also when a folder on the way to it is missing. */
export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT';
}
