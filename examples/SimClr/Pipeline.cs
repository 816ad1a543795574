using Microsoft.ML;
using Tricks.MLNet;
using Tricks.Torch.Models;
using Tricks.Torch.SelfSupervised;

/// <summary>Pretraining without labels and fine-tuning with few, as ML.NET estimators.</summary>
internal static class Pipeline
{
    /// <summary>Prints accuracies, and writes weights and pictures into a folder.</summary>
    public static void Run(string folder, string output)
    {
        Directory.CreateDirectory(output);
        var mlContext = new MLContext(seed: 1);
        IDataView Load(string part) => mlContext.Data.LoadFromIdx(Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"));
        var (unlabelled, test) = (Load("train"), Load("t10k"));

        // <snippet simclr>
        var simClr = mlContext.Transforms.SimClr(new SimClrEstimator.Options
        {
            ImageColumnName = "Image",
            Architecture = Architecture.CifarResNet(14, ResNetVariant.D),
            ImageSize = 28,
            Channels = 1,
            Recipe = Settings.Pretraining,
            Progress = new SimClrConsoleProgress(),
        });
        var featurizer = simClr.Fit(unlabelled); // reads no label
        featurizer.SaveWeights(Path.Combine(output, "encoder.safetensors"));

        var labels = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(unlabelled);
        var labelled = mlContext.Data.TakeLabelFraction(labels.Transform(unlabelled), fraction: 1.0 / 60); // 10 of 600 a class
        var fineTuned = mlContext.MulticlassClassification.Trainers.ConvNet(new ConvNetTrainer.Options
        {
            ImageColumnName = "Image",
            Architecture = featurizer.Architecture,
            ImageSize = 28,
            Channels = 1,
            InitialWeights = featurizer,
            Recipe = Settings.FineTuning with { Epochs = 60, LearningRate = 0.1 },
            ValidationFraction = 0,
        }).Fit(labelled);
        // </snippet>

        Report.Print(mlContext, featurizer, fineTuned, labels.Transform(unlabelled), labels.Transform(test));
        Report.Draw(featurizer, Images.FashionMnist(folder, "t10k"), Settings.Pretraining.Augmentation!, output);
    }
}
