using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>Splits work into blocks of fixed size and shares them among libtorch's number of threads.</summary>
/// <remarks>The blocks do not depend on the number of threads, so sums over them do not either.</remarks>
internal static class Blocks
{
    private static readonly ParallelOptions[] Options =
        [.. Enumerable.Range(0, 257).Select(i => new ParallelOptions { MaxDegreeOfParallelism = Math.Max(i, 1) })];

    /// <summary>Runs the body once for each block number below <paramref name="count"/>.</summary>
    internal static void For(int count, Action<int> body)
    {
        var threads = Math.Min(Math.Min(get_num_threads(), 256), count);
        if (threads <= 1)
        {
            for (var i = 0; i < count; i++)
                body(i);
            return;
        }

        Parallel.For(0, threads, Options[threads], t =>
        {
            var (first, end) = ((int)((long)count * t / threads), (int)((long)count * (t + 1) / threads));
            for (var i = first; i < end; i++)
                body(i);
        });
    }
}
