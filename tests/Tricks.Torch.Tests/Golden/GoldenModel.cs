using System.Text.Json;
using Tricks.Torch.Weights;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Golden;

/// <summary>One model of reference.json or architectures.json, which PyTorch made; README.md beside them has the formulas.</summary>
public sealed class GoldenModel
{
    private readonly JsonElement _entry;

    private GoldenModel(JsonElement entry) => _entry = entry;

    public int ImageSize => _entry.GetProperty("image_size").GetInt32();

    public int InputChannels => _entry.TryGetProperty("input_channels", out var channels) ? channels.GetInt32() : 3;

    public long Parameters => _entry.GetProperty("parameters").GetInt64();

    public double LogitsNorm => _entry.GetProperty("logits_norm").GetDouble();

    /// <summary>Each state_dict entry as "name (shape)", in PyTorch's order.</summary>
    public string[] Keys =>
        [.. _entry.GetProperty("keys").EnumerateArray().Select(key => $"{key[0].GetString()} ({string.Join(", ", key[1].EnumerateArray())})")];

    /// <summary>The first 16 logits, or all where there are fewer, of 2 images.</summary>
    public float[][] Logits =>
        [.. _entry.GetProperty("logits").EnumerateArray().Select(row => row.EnumerateArray().Select(logit => logit.GetSingle()).ToArray())];

    public static GoldenModel Read(string name, string fileName = "reference.json")
    {
        using var file = typeof(GoldenModel).Assembly.GetManifestResourceStream($"Tricks.Torch.Tests.Golden.{fileName}")
            ?? throw new InvalidOperationException($"{fileName} is not embedded.");
        using var document = JsonDocument.Parse(file);
        return new GoldenModel(document.RootElement.GetProperty("models").GetProperty(name).Clone());
    }

    /// <summary>x[flat i] = sin(0.013 i), (2, channels, size, size).</summary>
    public Tensor Input()
    {
        var values = new float[2 * InputChannels * ImageSize * ImageSize];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)Math.Sin(0.013 * i);
        return tensor(values, [2, InputChannels, ImageSize, ImageSize]);
    }

    /// <summary>Gives every entry of the network the value that the formula has for it.</summary>
    public static void FillWeights(nn.Module network)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (k, (name, target)) in StateDict.Of(network).Index())
        {
            if (!name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
                target.copy_(tensor(Values(k, name, target.shape, target.numel()), target.shape));
        }
    }

    private static float[] Values(int k, string name, long[] shape, long count)
    {
        var values = new float[count];
        var fanIn = shape.Skip(1).Aggregate(1L, (product, side) => product * side);
        for (var i = 0; i < values.Length; i++)
        {
            var s = Math.Sin((0.37 * i) + (1.3 * k));
            values[i] = (float)(shape.Length >= 2 ? 2 / Math.Sqrt(fanIn) * s
                : name.EndsWith("running_var", StringComparison.Ordinal) ? 1 + (0.5 * s * s)
                : name.EndsWith("running_mean", StringComparison.Ordinal) ? 0.1 * s
                : name.EndsWith("weight", StringComparison.Ordinal) ? 1 + (0.1 * s)
                : 0.1 * s);
        }

        return values;
    }
}
