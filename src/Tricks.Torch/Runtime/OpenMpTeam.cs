using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Tricks.Torch.Runtime;

/// <summary>Runs managed code on the threads that libtorch's own operators run on.</summary>
/// <remarks>
/// TorchSharp gives no access to libtorch's thread pool. On Linux that pool is the OpenMP runtime GCC's libgomp, which libtorch
/// brings along; we call its entry for a parallel region, as compiled code does (libgomp manual, "Implementing PARALLEL
/// construct"). On .NET's own pool, kernels between two operators of libtorch would wake other threads each time, which then
/// wait for work on the processors that libtorch's threads want (benchmarks/RESULTS.md). Remove when TorchSharp offers at::parallel_for.
/// </remarks>
internal static unsafe class OpenMpTeam
{
    private static readonly nint Region = Find("GOMP_parallel");
    private static readonly nint MemberNumber = Find("omp_get_thread_num");
    private static readonly nint MemberCount = Find("omp_get_num_threads");

    /// <summary>Whether libtorch's threads can be had: on Linux, where libtorch brings libgomp.</summary>
    internal static bool IsAvailable { get; } = Region != 0 && MemberNumber != 0 && MemberCount != 0;

    /// <summary>Calls the body once on each thread of a team, this one among them, with its number and the team's size; returns when all are done.</summary>
    /// <param name="threads">The size asked for, at least 1; within a parallel region the team has one member.</param>
    /// <param name="body">Called with (member, members).</param>
    internal static void Run(int threads, Action<int, int> body)
    {
        var work = new Work(body);
        var handle = GCHandle.Alloc(work);
        try
        {
            ((delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void>)Region)(
                &Member, GCHandle.ToIntPtr(handle), (uint)threads, 0);
        }
        finally
        {
            handle.Free();
        }

        if (work.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    [UnmanagedCallersOnly]
    private static void Member(nint handle)
    {
        var work = (Work)GCHandle.FromIntPtr(handle).Target!;
        try
        {
            work.Body(((delegate* unmanaged<int>)MemberNumber)(), ((delegate* unmanaged<int>)MemberCount)());
        }
        catch (Exception e) // of any type: none may pass through native frames; Run throws it again
        {
            work.Failure = e;
        }
    }

    private static nint Find(string symbol) =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libtorch_cpu", typeof(Tensor).Assembly, null, out var library)
        && NativeLibrary.TryGetExport(library, symbol, out var address) // also of the libraries that it depends on
            ? address
            : 0;

    private sealed class Work(Action<int, int> body)
    {
        public Action<int, int> Body { get; } = body;

        public Exception? Failure { get; set; }
    }
}
