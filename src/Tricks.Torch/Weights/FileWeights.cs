namespace Tricks.Torch.Weights;

/// <summary>Weights of a file.</summary>
internal sealed record FileWeights(string Path) : InitialWeights
{
    internal override OpenedWeights Open(CancellationToken cancellationToken)
    {
        using var file = File.OpenRead(Path);
        var content = Safetensors.Read(file);
        return new OpenedWeights(Path, content.Tensors, content.Metadata) { AllowOtherVariant = AllowOtherVariant };
    }

    internal override IEnumerable<string> Faults()
    {
        if (!File.Exists(Path))
            yield return $"InitialWeights: there is no file '{Path}'. Check the path; it is relative to {Environment.CurrentDirectory}.";
    }
}
