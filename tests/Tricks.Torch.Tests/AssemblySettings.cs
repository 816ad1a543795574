// libtorch uses every core for one network, and the leak tests count the tensors of the whole process.
[assembly: DoNotParallelize]
