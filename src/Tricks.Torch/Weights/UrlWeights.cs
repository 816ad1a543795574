namespace Tricks.Torch.Weights;

/// <summary>Weights of a file on a server.</summary>
internal sealed record UrlWeights(string Url, string? Sha256, DownloadOptions Download) : InitialWeights
{
    /// <summary>What is known of the file; null for one that only its address is known of.</summary>
    internal PretrainedModel? Model { get; init; }

    internal override OpenedWeights Open(CancellationToken cancellationToken)
    {
        // On a thread of the pool, so that no synchronisation context is waited for.
        var path = Task.Run(() => WeightsDownload.GetAsync(Url, Sha256, Download, cancellationToken), cancellationToken).GetAwaiter().GetResult();
        var opened = WeightsFileReader.Open(path, Model?.Config);
        return opened with { Architecture = Model?.Architecture ?? opened.Architecture, AllowOtherVariant = AllowOtherVariant };
    }

    internal override IEnumerable<string> Faults() => WeightsDownload.Faults(Url, Sha256, Download).Select(fault => $"InitialWeights: {fault}");
}
