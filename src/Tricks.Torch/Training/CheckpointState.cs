using System.Text.Json.Serialization;

namespace Tricks.Torch.Training;

/// <summary>Everything of a checkpoint except its tensors; plain data, in which no type is named.</summary>
internal sealed record CheckpointState
{
    /// <summary>The format that is written. A reader refuses what is newer.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>1 for everything described here.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>What must be equal for the training to be continued, by name.</summary>
    public required SortedDictionary<string, string> Facts { get; init; }

    /// <summary>What may differ at the cost of other bits: device, threads, version of the library.</summary>
    public required SortedDictionary<string, string> Conditions { get; init; }

    /// <summary>Steps taken since the first epoch.</summary>
    public required long Step { get; init; }

    /// <summary>Steps taken in the epoch that follows the finished ones.</summary>
    public required int StepInEpoch { get; init; }

    /// <summary>The sum of that epoch's losses over its images so far.</summary>
    public required double LossSum { get; init; }

    /// <summary>The time that its steps took.</summary>
    public required TimeSpan TrainingTime { get; init; }

    /// <summary>The finished epochs: the metrics log.</summary>
    public required IReadOnlyList<EpochResult> Epochs { get; init; }

    /// <summary>The best of them, from 1; 0 before the first.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>The norms recorded so far in the epoch that follows.</summary>
    public required Dictionary<string, NormSums> NormSums { get; init; }
}

/// <summary>The version alone, which is read first: a newer format may differ in all the rest.</summary>
internal sealed record CheckpointVersion
{
    public required int FormatVersion { get; init; }
}

/// <summary>How the state is written. Doubles are written so that reading gives the same bits.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CheckpointState))]
[JsonSerializable(typeof(CheckpointVersion))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
