// Trains an image classifier on a folder with one sub-folder of images per class, tests it on a fifth and saves it.
//
//   dotnet run -c Release --project examples/ImageFolder -- FOLDER MODEL.zip [IMAGE_SIZE] [EPOCHS]
//
// The sub-folders' names are the classes. IMAGE_SIZE (128 by default) is the network's input in pixels, at least 32;
// EPOCHS is 30 by default. No photos at hand? examples/ExportFolder writes such a folder.

using Microsoft.ML;
using Tricks.MLNet;
using Tricks.Torch.Models;
using Tricks.Torch.Training;

if (args.Length is < 2 or > 4)
{
    Console.Error.WriteLine("usage: ImageFolder FOLDER MODEL.zip [IMAGE_SIZE] [EPOCHS]");
    return 1;
}

var (folder, modelPath) = (args[0], args[1]);
var imageSize = args.Length > 2 ? int.Parse(args[2]) : 128;
var epochs = args.Length > 3 ? int.Parse(args[3]) : 30;

// <snippet folder>
var mlContext = new MLContext(seed: 1);
var images = mlContext.Data.LoadFromImageFolder(folder); // columns ImagePath and Label
var split = mlContext.Data.TrainTestSplit(images, testFraction: 0.2);

var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.MulticlassClassification.Trainers.ConvNet(new ConvNetTrainer.Options
    {
        Architecture = Architecture.ResNet18D,
        ImageSize = imageSize,
        Recipe = TrainingRecipe.ShortBagOfTricks with { Epochs = epochs, BatchSize = 32 },
        Progress = new ConsoleProgress(),
    }))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

var model = pipeline.Fit(split.TrainSet);
mlContext.Model.Save(model, images.Schema, modelPath);

var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());
Console.WriteLine($"test accuracy: {metrics.MicroAccuracy:f4}");
// </snippet>
return 0;
