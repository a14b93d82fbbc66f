import { watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../clock.js';

/** Milliseconds of quiet after a change: a certificate and its key are seldom written at once. */
const QUIET = 200;

/**
 * Tells of changes to files, once for those that come together. Their folders are watched, because files are often
 * replaced as a whole, or by turning the link that they are behind (Let's Encrypt, Kubernetes).
 * @returns what stops it
 */
export function watchFiles(files: readonly string[], onChange: () => void, clock: Clock): () => void {
  let stopTimer = () => {};
  const changed = () => {
    stopTimer();
    stopTimer = clock.after(QUIET, onChange);
  };
  const watchers = [...new Set(files.map((file) => dirname(file)))].map((folder) => {
    const watcher = watch(folder, { persistent: false }, changed);
    // The folder itself may go; what was read from it is still good.
    watcher.on('error', () => watcher.close());
    return watcher;
  });
  return () => {
    stopTimer();
    for (const watcher of watchers) watcher.close();
  };
}
