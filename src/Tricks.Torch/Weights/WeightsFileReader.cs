namespace Tricks.Torch.Weights;

/// <summary>Opens a file of weights, whichever of the formats it is in.</summary>
internal static class WeightsFileReader
{
    private const int LongestMagic = 16;

    /// <exception cref="WeightsFileException">It cannot be read; the message names the file.</exception>
    internal static OpenedWeights Open(string path, PretrainedConfig? config)
    {
        try
        {
            using var file = File.OpenRead(path);
            var start = new byte[LongestMagic];
            var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            file.Position = 0;
            if (PyTorchFile.Begins(start.AsSpan(0, length)))
                return new OpenedWeights(path, PyTorchFile.Read(file).Tensors) { Config = config };
            var content = Safetensors.Read(file);
            return new OpenedWeights(path, content.Tensors)
            {
                Config = config,
                Architecture = content.Metadata.GetValueOrDefault(WeightsFiles.ArchitectureKey),
            };
        }
        catch (Exception fault) when (fault is WeightsFileException or IOException or UnauthorizedAccessException)
        {
            throw new WeightsFileException($"The weights '{path}' cannot be read. {fault.Message}", fault);
        }
    }
}
