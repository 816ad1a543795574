// Trains on rows that hold the encoded file as byte[], and scores bytes in an app with PredictionEngine.
//
//   dotnet run -c Release --project examples/ScoreBytes -- train FOLDER MODEL.zip [IMAGE_SIZE] [EPOCHS]
//   dotnet run -c Release --project examples/ScoreBytes -- score MODEL.zip IMAGE_FILE...
//
// The bytes may come from anywhere: an upload, a database, a camera. Here they come from files. FOLDER has one
// sub-folder per class. IMAGE_SIZE is 128 and EPOCHS 30 by default.

using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet;
using Tricks.Torch.Models;
using Tricks.Torch.Training;

var mlContext = new MLContext(seed: 1);
if (args is ["train", _, _, ..] && args.Length <= 5)
    Train(args[1], args[2], args.Length > 3 ? int.Parse(args[3]) : 128, args.Length > 4 ? int.Parse(args[4]) : 30);
else if (args is ["score", _, _, ..])
    Score(args[1], args[2..]);
else
    Environment.ExitCode = Usage();

void Train(string folder, string modelPath, int imageSize, int epochs)
{
    var files = mlContext.Data.LoadFromImageFolder(folder);
    var rows = files.GetColumn<string>("ImagePath").Zip(
        files.GetColumn<string>("Label"), (path, label) => new Photo { Image = File.ReadAllBytes(path), Label = label });
    var photos = mlContext.Data.LoadFromEnumerable(rows); // each pass reads the files again
    var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
        .Append(mlContext.MulticlassClassification.Trainers.ConvNet(new ConvNetTrainer.Options
        {
            ImageColumnName = "Image",
            Architecture = Architecture.ResNet18D,
            ImageSize = imageSize,
            Recipe = TrainingRecipe.ShortBagOfTricks with { Epochs = epochs, BatchSize = 32 },
            Progress = new ConsoleProgress(),
        }))
        .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
    mlContext.Model.Save(pipeline.Fit(photos), photos.Schema, modelPath);
}

void Score(string modelPath, string[] files)
{
    // <snippet bytes>
    var model = mlContext.Model.Load(modelPath, out _);
    using var engine = mlContext.Model.CreatePredictionEngine<Photo, Prediction>(model); // one per thread; frees the model

    var names = default(VBuffer<ReadOnlyMemory<char>>);
    engine.OutputSchema["Score"].GetSlotNames(ref names);
    foreach (var file in files)
    {
        var prediction = engine.Predict(new Photo { Image = File.ReadAllBytes(file) });
        var top = names.DenseValues().Zip(prediction.Score).OrderByDescending(pair => pair.Second).Take(3);
        Console.WriteLine($"{file}: {prediction.PredictedLabel}");
        foreach (var (name, score) in top)
            Console.WriteLine($"  {score,7:p1}  {name}");
    }
    // </snippet>
}

static int Usage()
{
    Console.Error.WriteLine("usage: ScoreBytes train FOLDER MODEL.zip [IMAGE_SIZE] [EPOCHS] | score MODEL.zip IMAGE_FILE...");
    return 1;
}

internal sealed class Photo
{
    public byte[] Image { get; set; } = [];

    public string Label { get; set; } = "";
}

internal sealed class Prediction
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}
