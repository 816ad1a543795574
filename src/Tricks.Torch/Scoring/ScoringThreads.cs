using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace Tricks.Torch.Scoring;

/// <summary>As many threads as libtorch has, each of which scores parts of batches by itself, from the file to the logits, with one libtorch thread.</summary>
/// <remarks>
/// Threads that share each operator wait for each other at its end; threads with images of their own do not, and one decodes
/// while another multiplies (benchmarks/RESULTS.md). They are made at the first use and live as long as the process.
/// </remarks>
internal static class ScoringThreads
{
    private static readonly Lazy<(BlockingCollection<Task> Queue, int Count)> Pool = new(Start);

    /// <summary>Number of threads: what libtorch had at the first use.</summary>
    internal static int Count => Pool.Value.Count;

    /// <summary>Runs the body once for each part 0, ..., parts - 1 and waits for all; the first part's exception is thrown on.</summary>
    /// <remarks>A thread has its own dispose scope and gradient mode: the body sets both.</remarks>
    internal static void Run(int parts, Action<int> body)
    {
        Task[] tasks = [.. Enumerable.Range(0, parts).Select(part => new Task(() => body(part)))];
        foreach (var task in tasks)
            Pool.Value.Queue.Add(task);
        Task.WhenAll(tasks).GetAwaiter().GetResult();
    }

    private static (BlockingCollection<Task> Queue, int Count) Start()
    {
        var queue = new BlockingCollection<Task>();
        var threads = get_num_threads();
        using var ready = new CountdownEvent(threads);
        for (var i = 0; i < threads; i++)
        {
            new Thread(() =>
            {
                _ = get_num_threads(); // libtorch gives a thread the common number at its first use of it, which would undo the next line
                set_num_threads(1);
                ready.Signal();
                foreach (var task in queue.GetConsumingEnumerable())
                    task.RunSynchronously();
            })
            {
                IsBackground = true,
                Name = $"Scoring {i}",
            }.Start();
        }

        ready.Wait();
        // Of OpenMP's number each thread has its own, which stays 1 there; of libtorch's, which threads begin with, there is one.
        set_num_threads(threads);
        return (queue, threads);
    }
}
