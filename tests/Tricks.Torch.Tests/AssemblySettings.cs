using Tricks.Torch.Runtime;

// libtorch uses every core for one network, and the leak tests count the tensors of the whole process.
[assembly: DoNotParallelize]

namespace Tricks.Torch.Tests;

/// <summary>Loads libtorch as a program does: with our allocator and waiting policy.</summary>
[TestClass]
public static class AssemblySettings
{
    [AssemblyInitialize]
    public static void LoadTorch(TestContext _)
    {
        TorchBackend.EnsureLoaded();
        // The tests' networks are tiny: on a machine that does other work too, threads mostly wait for each other.
        TorchSharp.torch.set_num_threads(1);
    }
}
