using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tricks.Torch.Weights;

namespace Tricks.Torch.Tests.KillAndResume;

/// <summary>What the newest checkpoint of a folder says, without times: they differ between runs, nothing else may.</summary>
internal static class FinalState
{
    private static readonly string[] Times = ["trainingTime", "validationTime", "imagesPerSecond"];

    public static string Of(string folder)
    {
        var newest = Directory.GetFiles(folder, "*.safetensors").Order(StringComparer.Ordinal).Last();
        using var content = Safetensors.Read(File.ReadAllBytes(newest));
        var text = new StringBuilder();
        foreach (var (name, tensor) in content.Tensors.OrderBy(entry => entry.Name, StringComparer.Ordinal))
            text.AppendLine($"{name} {Convert.ToHexStringLower(SHA256.HashData(tensor.bytes))}");
        var state = JsonNode.Parse(content.Metadata["tricks.checkpoint"])!.AsObject();
        foreach (var part in state["epochs"]!.AsArray().Append(state))
        {
            foreach (var time in Times)
                part!.AsObject().Remove(time);
        }

        return text.Append(state.ToJsonString()).ToString();
    }
}
