using Microsoft.ML;
using Tricks.Torch.Data;
using Tricks.Torch.SelfSupervised;

namespace Tricks.MLNet.Training;

/// <summary>The labelled rows of the online probe.</summary>
internal sealed class ProbeImages : IDisposable
{
    private readonly LabelledImages _bank;
    private readonly LabelledImages _test;

    private ProbeImages(LabelledImages bank, LabelledImages test, int everyEpochs)
    {
        (_bank, _test) = (bank, test);
        Probe = new OnlineProbe(bank.Dataset, test.Dataset) { EveryEpochs = everyEpochs };
    }

    public OnlineProbe Probe { get; }

    /// <summary>Reads both sets; null where the options name none.</summary>
    /// <exception cref="ArgumentException">A column is missing, or the classes of the sets differ.</exception>
    public static ProbeImages? Read(SimClrEstimator.Options options, MemoryBudget memory, string temporaryFolder, CancellationToken cancellationToken)
    {
        if (options.ProbeTrainSet is not { } train || options.ProbeTestSet is not { } test)
            return null;
        var bank = Read(train, "ProbeTrainSet");
        try
        {
            return new ProbeImages(bank, Read(test, "ProbeTestSet"), options.ProbeEveryEpochs);
        }
        catch
        {
            bank.Dispose();
            throw;
        }

        LabelledImages Read(IDataView data, string what) => LabelledImages.Read(
            data,
            what,
            LabelColumn.Of(data.Schema, options.ProbeLabelColumnName),
            new ConvNetTrainer.Options
            {
                ImageColumnName = options.ImageColumnName,
                Channels = options.Channels,
                Decoding = options.Decoding,
                UnreadableImages = options.UnreadableImages,
                Workers = options.Workers,
            },
            memory,
            temporaryFolder,
            cancellationToken);
    }

    public void Dispose()
    {
        _bank.Dispose();
        _test.Dispose();
    }
}
