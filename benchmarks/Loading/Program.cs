// Images to training tensors: images per second of the loader that training uses, alone.
//
//   dotnet run -c Release --project benchmarks/Loading -- make FOLDER [COUNT]     writes photo-like JPEG files, 500 x 375
//   dotnet run -c Release --project benchmarks/Loading -- jpeg FOLDER             files to augmented 224 px batches, 2 threads
//   dotnet run -c Release --project benchmarks/Loading -- small                   28 px gray and 32 px RGB from memory, and plain tensor operations
//
// benchmarks/pytorch/jpeg.py is the peer of the second.

using System.Globalization;
using Tricks.Benchmarks;
using Tricks.Torch.Runtime;

TorchBackend.EnsureLoaded();
switch (args[0])
{
    case "make":
        PhotoFiles.Write(args[1], args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 384);
        break;
    case "jpeg":
        JpegLoading.Measure(args[1]);
        break;
    case "small":
        SmallImageLoading.Measure(size: 28, channels: 1, batchSize: 64);
        SmallImageLoading.Measure(size: 32, channels: 3, batchSize: 128);
        break;
    default:
        throw new ArgumentException($"The command is '{args[0]}'; it must be make, jpeg or small.");
}
