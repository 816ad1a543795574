using Microsoft.ML;
using Tricks.MLNet;
using Tricks.Torch.Data;
using Tricks.Torch.SelfSupervised;

/// <summary>What a pretraining gave, in figures and pictures.</summary>
internal static class Report
{
    /// <summary>Accuracies on the test rows: linear probe and k-NN with all labels, and the fine-tuned model.</summary>
    public static void Print(MLContext mlContext, ConvNetFeaturesTransformer featurizer, ImageScoringTransformer fineTuned, IDataView train, IDataView test)
    {
        var (bank, queries) = (featurizer.Transform(train), featurizer.Transform(test));
        Console.WriteLine($"linear probe, all labels: {mlContext.MulticlassClassification.LinearProbe(bank, queries).MicroAccuracy:f4}");
        Console.WriteLine($"k-NN, all labels: {mlContext.MulticlassClassification.NearestNeighborProbe(bank, queries).MicroAccuracy:f4}");
        Console.WriteLine($"fine-tuned on 10 labels a class: {mlContext.MulticlassClassification.Evaluate(fineTuned.Transform(test)).MicroAccuracy:f4}");
    }

    /// <summary>views.png, two views each of 16 images, and map.html, 400 images by their features.</summary>
    public static void Draw(ConvNetFeaturesTransformer featurizer, ImageDataset images, ViewAugmentation augmentation, string folder)
    {
        int[] viewed = [.. Enumerable.Range(0, 16)];
        var source = new ImagesInMemory([.. viewed.Select(images.Read)]);
        ViewGrid.SavePng(Path.Combine(folder, "views.png"), source, viewed, new ViewTransform(augmentation, featurizer.Preprocessing));

        var shown = images.Subset([.. Enumerable.Range(0, 400)]);
        var features = ImageFeatures.Extract(featurizer.Model.Network, shown, featurizer.Preprocessing);
        EmbeddingMap.SaveHtml(Path.Combine(folder, "map.html"), features, shown.Read, shown.ClassNames);
    }
}
