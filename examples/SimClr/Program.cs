// Learns from images that nobody labelled, then from few labels.
//
//   dotnet run -c Release --project examples/SimClr -- pipeline DATA_FOLDER OUT_FOLDER      one ML.NET pipeline, pictures, probes
//   dotnet run -c Release --project examples/SimClr -- few-labels DATA_FOLDER OUT_FOLDER SEED  10 labels a class, with and without
//   dotnet run -c Release --project examples/SimClr -- pretrain DATA_FOLDER OUT_FOLDER ARCHITECTURE EPOCHS   pretraining and probes alone
//   dotnet run -c Release --project examples/SimClr -- views DATA_FOLDER [BEGINNING]        which views: short runs, judged by training images (60,000)
//   dotnet run -c Release --project examples/SimClr -- compare DATA_FOLDER OUT_FOLDER       all labels, with and without, curves
//   dotnet run -c Release --project examples/SimClr -- compare --data CIFAR_FOLDER OUT_FOLDER   the same at the source's settings
//   dotnet run -c Release --project examples/SimClr -- memory ARCHITECTURE IMAGE_SIZE CHUNK  peak memory of a batch of 1,024
//
// DATA_FOLDER has Fashion-MNIST (examples/data/fashion-mnist), CIFAR_FOLDER the binary version of CIFAR-10.

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
        { Pretrain = pretraining, FineTuning = Settings.FineTuning with { Epochs = 60 } }.Run(int.Parse(seed), output);
        break;
    case ["compare", "--data", var folder, var output]:
        new SupervisedComparison(Images.Of(Cifar10File.Read(folder)), Images.Of(Cifar10File.Read(folder, train: false)), Architecture.ResNet(18, ResNetVariant.B, Stem.Cifar), Preprocessing.ImageNet(32))
        { Pretrain = SimClrRecipe.Cifar10, Training = Settings.FineTuning with { BatchSize = 128 } }.Run(1, output);
        break;
    case ["pretrain", var folder, var output, var architecture, var epochs]:
        Pretraining.Run(Architecture.Parse(architecture), Images.FashionMnist(folder, "train"), Images.FashionMnist(folder, "t10k"),
            Settings.Pretraining with { Epochs = int.Parse(epochs) }, Settings.Preprocessing, seed: 1, output).Dispose();
        break;
    case ["views", var folder, .. var beginning]:
        ViewSearch.Run(Images.FashionMnist(folder, "train"), Architecture.CifarResNet(14, ResNetVariant.D), Settings.Pretraining, Settings.Preprocessing, string.Concat(beginning));
        break;
    case ["memory", var architecture, var imageSize, var chunkSize]:
        PeakMemory.Print(architecture, int.Parse(imageSize), int.Parse(chunkSize));
        break;
    case ["compare", var folder, var output]:
        new SupervisedComparison(Images.FashionMnist(folder, "train"), Images.FashionMnist(folder, "t10k"), Architecture.CifarResNet(14, ResNetVariant.D), Settings.Preprocessing)
        { Pretrain = Settings.Pretraining, Training = Settings.FineTuning with { Epochs = 10, BatchSize = 64 } }.Run(1, output);
        break;
    case ["pipeline", var folder, var output]:
        Pipeline.Run(folder, output);
        break;
    default:
        Console.Error.WriteLine("usage: see the first lines of examples/SimClr/Program.cs");
        Environment.ExitCode = 1;
        break;
}
