namespace Tricks.Torch.Tests.Weights;

/// <summary>Files that PyTorch wrote; the script that made them stands beside them.</summary>
internal static class WeightsFixture
{
    internal static byte[] StateDict => Read("state-dict.pth");

    internal static byte[] Module => Read("module.pth");

    internal static byte[] Legacy => Read("legacy.pth");

    internal static byte[] PythonSafetensors => Read("written.safetensors");

    /// <summary>A folder of its own, deleted with its content.</summary>
    internal static string NewFolder() => Directory.CreateTempSubdirectory("weights-tests-").FullName;

    private static byte[] Read(string name)
    {
        using var stream = typeof(WeightsFixture).Assembly.GetManifestResourceStream($"Tricks.Torch.Tests.Weights.Files.{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
