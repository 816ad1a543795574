// Fine-tunes a pretrained network on few images, and compares it with one trained from scratch.
//
//   dotnet run -c Release --project examples/FineTune -- embedded examples/data/fashion-mnist [SEEDS]
//   dotnet run -c Release --project examples/FineTune -- reuse examples/data/fashion-mnist [SEEDS]
//   dotnet run -c Release --project examples/FineTune -- features examples/data/fashion-mnist [SEEDS]
//   dotnet run -c Release --project examples/FineTune -- speed examples/data/fashion-mnist
//   dotnet run -c Release --project examples/FineTune -- --data FOLDER examples/data/fashion-mnist [SEEDS]
//   dotnet run -c Release --project examples/FineTune -- --data FOLDER WEIGHTS ARCHITECTURE [SIZE]
//   dotnet run -c Release --project examples/FineTune -- grid FOLDER GRID.png
//
// WEIGHTS is a safetensors or .pth file, as torchvision and timm publish them.
// FOLDER holds one sub-folder per class, or train and test with one sub-folder per class each, as d2l's hotdog does.
// RESULTS.md has what was seen. For colour photographs: examples/FineTune/photos.sh FOLDER.

using FineTune;
using Microsoft.ML;
using Tricks.MLNet;
using Tricks.Torch.Models;
using Tricks.Torch.Training;
using Tricks.Torch.Weights;

switch (args)
{
    case ["embedded", var data, .. var seeds]:
        Experiments.OtherClasses(new FashionMnist(data), Seeds(seeds));
        return 0;
    case ["reuse", var data, .. var seeds]:
        Experiments.ReusedRows(new FashionMnist(data), Seeds(seeds));
        return 0;
    case ["features", var data, .. var seeds]:
        Experiments.Features(new FashionMnist(data), Seeds(seeds));
        return 0;
    case ["speed", var data]:
        Experiments.Speed(new FashionMnist(data));
        return 0;
    case ["grid", var folder, var file]:
        ImageGrid.Draw(FolderData.TrainingFolder(folder), file);
        return 0;
    case ["--data", var folder, var file, var architecture, .. var size] when !Directory.Exists(file):
        FineTuneFolder(folder, file, architecture, size is [var pixels] ? int.Parse(pixels) : null);
        return 0;
    case ["--data", var folder, var data, .. var seeds]:
        Experiments.Folder(folder, new FashionMnist(data), Seeds(seeds));
        return 0;
    default:
        Console.Error.WriteLine("usage: see the first lines of examples/FineTune/Program.cs");
        return 1;
}

static int Seeds(string[] given) => given is [var n] ? int.Parse(n) : 5;

static void FineTuneFolder(string folder, string weightsPath, string architecture, int? imageSize)
{
    var mlContext = new MLContext(seed: 1);
    var (train, test) = FolderData.Split(mlContext, folder, seed: 1);

    // <snippet finetune>
    var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
        .Append(mlContext.MulticlassClassification.Trainers.ConvNet(new ConvNetTrainer.Options
        {
            Architecture = Architecture.Parse(architecture),
            ImageSize = imageSize,
            InitialWeights = InitialWeights.WeightsFile(weightsPath),
            Recipe = TrainingRecipe.FineTune, // the head at ten times the backbone's rate
            Progress = new ConsoleProgress(),
        }));
    var model = pipeline.Fit(train);
    // </snippet>

    var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(test));
    Console.WriteLine($"test accuracy: {metrics.MicroAccuracy:f4}");
}
