using Tricks.Torch.Models;
using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

/// <summary>Files of a network's weights.</summary>
public static class WeightsFiles
{
    /// <summary>The string of a safetensors file's metadata that names the architecture, so that variants of equal names are told apart.</summary>
    internal const string ArchitectureKey = "architecture";

    /// <summary>Writes a network's weights as safetensors, which <see cref="InitialWeights.WeightsFile"/> and Python's safetensors read.</summary>
    /// <param name="network">The network; it is not changed.</param>
    /// <param name="architecture">What it is; the file carries its name.</param>
    /// <param name="path">The file. It appears when it is complete, and replaces one of this name.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(nn.Module network, Architecture architecture, string path)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var part = $"{path}.part";
        using (var file = File.Create(part))
        {
            Safetensors.Write(file, StateDict.Of(network), new Dictionary<string, string>
            {
                ["format"] = "pt",                              // what Python's libraries expect to read
                [ArchitectureKey] = architecture.Name,
            });
            file.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
    }
}
