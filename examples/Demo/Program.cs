// Trains a ResNet-D with the bag of tricks on 6,000 images of Fashion-MNIST, or scores the 2,000 test images with it.
//
//   dotnet run -c Release --project examples/Demo -- train DATA_FOLDER MODEL.zip [SEED]
//   dotnet run -c Release --project examples/Demo -- score DATA_FOLDER MODEL.zip
//
// demo.sh runs the one and then, in a new process, the other.

using System.Diagnostics;
using Microsoft.ML;
using Tricks.MLNet;
using Tricks.Torch.Models;
using Tricks.Torch.Training;

string[] classNames =
    ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];
var (command, folder, modelPath) = (args[0], args[1], args[2]);
var mlContext = new MLContext(seed: args.Length > 3 ? int.Parse(args[3]) : 1);
if (command == "train")
    Train();
else
    Score();

void Train()
{
    var images = Images("train");

    // <snippet demo>
    var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
        .Append(mlContext.MulticlassClassification.Trainers.ConvNet(new ConvNetTrainer.Options
        {
            ImageColumnName = "Image",
            Architecture = Architecture.CifarResNet(20, ResNetVariant.D),
            ImageSize = 28,
            Channels = 1,
            Recipe = TrainingRecipe.ShortBagOfTricks with { Epochs = 24, LearningRate = 0.2 },
            Progress = new ConsoleProgress(),
        }))
        .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    var model = pipeline.Fit(images);
    mlContext.Model.Save(model, images.Schema, modelPath);
    // </snippet>
}

void Score()
{
    var clock = Stopwatch.StartNew();
    var images = Images("t10k");
    var model = mlContext.Model.Load(modelPath, out _);
    var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(images));
    Console.WriteLine($"loaded the model and scored the test images in {clock.Elapsed.TotalSeconds:f1} s");
    Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());
    Console.WriteLine($"log-loss: {metrics.LogLoss:f4}, macro accuracy: {metrics.MacroAccuracy:f4}");
    Console.WriteLine($"test accuracy: {metrics.MicroAccuracy:f4}");
}

IDataView Images(string part) => mlContext.Data.LoadFromIdx(
    Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"), classNames);
