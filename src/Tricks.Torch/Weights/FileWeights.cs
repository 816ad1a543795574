namespace Tricks.Torch.Weights;

/// <summary>Weights of a file: safetensors, or PyTorch's.</summary>
internal sealed record FileWeights(string Path) : InitialWeights
{
    internal override OpenedWeights Open(CancellationToken cancellationToken) =>
        WeightsFileReader.Open(Path, PretrainedConfig.Beside(Path)) with { AllowOtherVariant = AllowOtherVariant };

    internal override IEnumerable<string> Faults()
    {
        if (!File.Exists(Path))
            yield return $"InitialWeights: there is no file '{Path}'. Check the path; a relative one starts at {Environment.CurrentDirectory}.";
    }
}
