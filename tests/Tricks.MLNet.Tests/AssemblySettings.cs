// One test at a time: some count the live tensors of the process.
[assembly: DoNotParallelize]
