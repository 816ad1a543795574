// The pipeline of examples/ImageFolder with ML.NET's own LoadImages in front: the trainer reads a column of MLImage.
//
//   dotnet run -c Release --project examples/LoadImages -- FOLDER MODEL.zip [IMAGE_SIZE] [EPOCHS]
//
// Use it where a pipeline has image transforms already. Paths or bytes are better where it has none: then the library
// decodes the files itself, turns photos upright (EXIF), and keeps encoded bytes instead of pixels in memory.

using Microsoft.ML;
using Tricks.MLNet;
using Tricks.Torch.Models;
using Tricks.Torch.Training;

if (args.Length is < 2 or > 4)
{
    Console.Error.WriteLine("usage: LoadImages FOLDER MODEL.zip [IMAGE_SIZE] [EPOCHS]");
    return 1;
}

var (folder, modelPath) = (args[0], args[1]);
var imageSize = args.Length > 2 ? int.Parse(args[2]) : 128;
var epochs = args.Length > 3 ? int.Parse(args[3]) : 30;

var mlContext = new MLContext(seed: 1);
var images = mlContext.Data.LoadFromImageFolder(folder);
var split = mlContext.Data.TrainTestSplit(images, testFraction: 0.2);

// <snippet loadimages>
var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.Transforms.LoadImages("Image", imageFolder: null, inputColumnName: "ImagePath"))
    .Append(mlContext.MulticlassClassification.Trainers.ConvNet(new ConvNetTrainer.Options
    {
        ImageColumnName = "Image",
        Architecture = Architecture.ResNet18D,
        ImageSize = imageSize,
        Recipe = TrainingRecipe.ShortBagOfTricks with { Epochs = epochs, BatchSize = 32 },
        Progress = new ConsoleProgress(),
    }))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
// </snippet>

var model = pipeline.Fit(split.TrainSet);
mlContext.Model.Save(model, images.Schema, modelPath);

var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());
Console.WriteLine($"test accuracy: {metrics.MicroAccuracy:f4}");
return 0;
