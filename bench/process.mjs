// What a process costs, as Linux tells it.
import { readFileSync } from 'node:fs';

/** Microseconds of processor time that a process has used, all its threads; the kernel counts in ticks of 10 ms. */
export function cpuOf(pid) {
  const { user, system } = timesOf(pid);
  return user + system;
}

/** The same in its two parts. */
export function timesOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { user: Number(fields[11]) * 10_000, system: Number(fields[12]) * 10_000 };
}

/** Bytes of memory that it occupies. */
export function memoryOf(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) * 1024;
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
