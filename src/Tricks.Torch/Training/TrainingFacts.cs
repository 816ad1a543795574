using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tricks.Torch.Kernels;
using Tricks.Torch.Weights;
using static TorchSharp.torch;

namespace Tricks.Torch.Training;

/// <summary>What makes a training this training: a checkpoint of other facts is another training's.</summary>
internal static class TrainingFacts
{
    /// <summary>The name of the recipe's number of epochs, the one fact that may be allowed to grow.</summary>
    public const string Epochs = "Recipe.Epochs";

    private const string NotRecorded = "not set";
    private const int Shown = 8;

    private static readonly JsonSerializerOptions Format = new()
    {
        IncludeFields = true, // the ranges of an augmentation are pairs, whose items are fields
        IgnoreReadOnlyProperties = true, // they follow from the others
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The facts, by the name of the option or thing.</summary>
    public static SortedDictionary<string, string> Of(
        TrainingLoopOptions options, IReadOnlyList<string> classNames, nn.Module network, IReadOnlyDictionary<string, string> further)
    {
        var facts = new SortedDictionary<string, string>(further.ToDictionary(), StringComparer.Ordinal)
        {
            ["Seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
            ["TopK"] = options.TopK.ToString(CultureInfo.InvariantCulture),
            ["Number of classes"] = classNames.Count.ToString(CultureInfo.InvariantCulture),
            ["First weights (architecture, seed, InitialWeights)"] = HashOf(network),
        };
        Add(facts, "Recipe", JsonSerializer.SerializeToNode(options.Recipe, Format));
        Add(facts, "Preprocessing", JsonSerializer.SerializeToNode(options.Preprocessing, Format));
        foreach (var (i, teacher) in options.Teachers.Index())
        {
            Add(facts, string.Create(CultureInfo.InvariantCulture, $"Teacher {i}.Preprocessing"), JsonSerializer.SerializeToNode(teacher.Preprocessing, Format));
            facts[string.Create(CultureInfo.InvariantCulture, $"Teacher {i}")] = HashOf(teacher.Network);
        }

        for (var i = 0; i < classNames.Count; i++)
            facts[string.Create(CultureInfo.InvariantCulture, $"Class {i}")] = classNames[i];
        return facts;
    }

    /// <summary>What may differ between the runs of one training, at the cost of equal bits.</summary>
    public static SortedDictionary<string, string> Conditions(Device device) => new(StringComparer.Ordinal)
    {
        ["Device"] = device.type.ToString(),
        ["Kernels"] = KernelSwitch.IsOn ? "own" : "libtorch's",
        ["Threads of libtorch"] = get_num_threads().ToString(CultureInfo.InvariantCulture),
        ["TorchSharp"] = typeof(Tensor).Assembly.GetName().Version?.ToString() ?? "",
    };

    /// <summary>"NAME was OLD and is NEW" for every name whose values differ.</summary>
    public static IReadOnlyList<(string Name, string Sentence)> Differences(
        SortedDictionary<string, string> before, SortedDictionary<string, string> now) =>
    [
        .. before.Keys.Union(now.Keys)
            .Select(name => (name, Was: before.GetValueOrDefault(name, NotRecorded), Is: now.GetValueOrDefault(name, NotRecorded)))
            .Where(fact => fact.Was != fact.Is)
            .Select(fact => (fact.name, $"{fact.name} was {fact.Was} and is {fact.Is}")),
    ];

    /// <summary>The first few of many.</summary>
    public static string List(IReadOnlyList<string> sentences) =>
        string.Join("; ", sentences.Take(Shown)) + (sentences.Count > Shown ? $"; and {sentences.Count - Shown} more differences" : "");

    /// <summary>Adds every option of a record by its name.</summary>
    public static void AddOptions(SortedDictionary<string, string> facts, string name, object options) =>
        Add(facts, name, JsonSerializer.SerializeToNode(options, Format));

    private static void Add(SortedDictionary<string, string> facts, string name, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject parts:
                foreach (var (part, its) in parts)
                    Add(facts, $"{name}.{part}", its);
                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                    Add(facts, string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]"), items[i]);
                break;
            default:
                facts[name] = value?.ToString() ?? "null";
                break;
        }
    }

    /// <summary>The first digits of the SHA-256 over names and values of a network.</summary>
    public static string HashOf(nn.Module network)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in StateDict.Of(network))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(name));
            hash.AppendData(value.detach().cpu().contiguous().bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
