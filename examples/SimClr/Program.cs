// Learns from images that nobody labelled, then from few labels.
//
//   dotnet run -c Release --project examples/SimClr -- pipeline DATA_FOLDER OUT_FOLDER      one ML.NET pipeline, pictures, probes
//   dotnet run -c Release --project examples/SimClr -- few-labels DATA_FOLDER OUT_FOLDER SEED  10 labels a class, with and without
//   dotnet run -c Release --project examples/SimClr -- compare DATA_FOLDER OUT_FOLDER       all labels, with and without, curves
//   dotnet run -c Release --project examples/SimClr -- compare --data CIFAR_FOLDER OUT_FOLDER   the same at the source's settings
//   dotnet run -c Release --project examples/SimClr -- memory ARCHITECTURE IMAGE_SIZE CHUNK  peak memory of a batch of 1,024
//
// DATA_FOLDER has Fashion-MNIST (examples/data/fashion-mnist), CIFAR_FOLDER the binary version of CIFAR-10.

using Microsoft.ML;
using Tricks.MLNet;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Transforms;

switch (args)
{
    case ["few-labels", var folder, var output, var seed]:
        var (train, test) = (Images.FashionMnist(folder, "train"), Images.FashionMnist(folder, "t10k"));
        var pretraining = Settings.Pretraining with { Epochs = 480_000 / train.Count }; // the same time whether there are 6,000 images or 60,000
        new FewLabels(train, test, Architecture.CifarResNet(14, ResNetVariant.D), Settings.Preprocessing)
        { Pretraining = pretraining, FineTuning = Settings.FineTuning with { Epochs = 60 } }.Run(int.Parse(seed), output);
        break;
    case ["compare", "--data", var folder, var output]:
        new SupervisedComparison(Images.Of(Cifar10File.Read(folder)), Images.Of(Cifar10File.Read(folder, train: false)), Architecture.ResNet(18, ResNetVariant.B, Stem.Cifar), Preprocessing.ImageNet(32))
        { Pretraining = SimClrRecipe.Cifar10, Training = Settings.FineTuning with { BatchSize = 128 } }.Run(1, output);
        break;
    case ["memory", var architecture, var imageSize, var chunkSize]:
        PeakMemory.Print(architecture, int.Parse(imageSize), int.Parse(chunkSize));
        break;
    case ["compare", var folder, var output]:
        new SupervisedComparison(Images.FashionMnist(folder, "train"), Images.FashionMnist(folder, "t10k"), Architecture.CifarResNet(14, ResNetVariant.D), Settings.Preprocessing)
        { Pretraining = Settings.Pretraining, Training = Settings.FineTuning with { Epochs = 10, BatchSize = 64 } }.Run(1, output);
        break;
    default:
        Pipeline(args[^2], args[^1]);
        break;
}

void Pipeline(string folder, string output)
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
