using Tricks.Torch.Runtime;

// One test at a time: some count the live tensors of the process.
[assembly: DoNotParallelize]

namespace Tricks.MLNet.Tests;

/// <summary>One thread for the tests' tiny networks: more mostly wait for each other, above all on a busy machine.</summary>
[TestClass]
public static class AssemblySettings
{
    [AssemblyInitialize]
    public static void LoadTorch(TestContext _)
    {
        TorchBackend.EnsureLoaded();
        TorchSharp.torch.set_num_threads(1);
    }
}
