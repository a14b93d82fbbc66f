// Tells at its end what a process has spent: milliseconds of processor time, in its own code and in the kernel.
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(String((user + system) / 1000));
});
