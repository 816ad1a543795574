using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>Splits work into blocks of fixed size and shares them among libtorch's threads.</summary>
/// <remarks>The blocks do not depend on the number of threads, so sums over them do not either.</remarks>
internal static class Blocks
{
    /// <summary>Runs the body once for each block number below <paramref name="count"/>.</summary>
    internal static void For(int count, Action<int> body)
    {
        var threads = Math.Min(get_num_threads(), count);
        if (threads <= 1)
            Share(0, 1);
        else if (OpenMpTeam.IsAvailable)
            OpenMpTeam.Run(threads, Share);
        else
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, t => Share(t, threads));

        void Share(int member, int members)
        {
            var (first, end) = ((int)((long)count * member / members), (int)((long)count * (member + 1) / members));
            for (var i = first; i < end; i++)
                body(i);
        }
    }
}
