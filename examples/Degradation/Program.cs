// Deeper plain networks train worse, deeper residual ones do not (He et al., arXiv:1512.03385, §4.1 and §4.2): trains plain and
// residual networks of 20 and 56 layers on Fashion-MNIST and draws training error over epochs and gradients over depth.
//
//   dotnet run -c Release --project examples/Degradation -- DATA_FOLDER CHART.svg [IMAGES EPOCHS SEEDS]

using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;

const int ImageSize = 16;
var (folder, chartPath) = (args[0], args[1]);
var (images, epochs, seeds) = args.Length > 4 ? (int.Parse(args[2]), int.Parse(args[3]), int.Parse(args[4])) : (2000, 20, 3);
(string Name, string Color, Architecture Architecture)[] networks =
[
    ("plain-20", "#f4a261", Architecture.CifarPlainNet(20)), ("plain-56", "#c1121f", Architecture.CifarPlainNet(56)),
    ("ResNet-20", "#74b3ce", Architecture.CifarResNet(20)), ("ResNet-56", "#14476b", Architecture.CifarResNet(56)),
];
var data = Images();
Console.WriteLine($"{data.Count} images of {ImageSize} x {ImageSize} pixels, {epochs} epochs, {seeds} seeds");
var (errors, firstGradients, lastGradients) = (new List<Line>(), new List<Line>(), new List<Line>());
foreach (var (name, color, architecture) in networks)
{
    var runs = Enumerable.Range(1, seeds).Select(seed => Train(name, architecture, seed)).ToList();
    errors.Add(new Line(name, color, Mean(runs, run => run.Epochs.Select(e => 1 - e.Validation!.Value.Accuracy))));
    firstGradients.Add(new Line(name, color, Mean(runs, run => RelativeGradients(run.Epochs[0]))));
    lastGradients.Add(new Line(name, color, Mean(runs, run => RelativeGradients(run.Epochs[^1]))));
    var final = runs.ConvertAll(run => 1 - run.Epochs[^1].Validation!.Value.Accuracy);
    Console.WriteLine($"{name,-10} training error after {epochs} epochs, n = {seeds}: mean {final.Average():f4}, lowest {final.Min():f4}, highest {final.Max():f4}");
}

Chart.Write(
    chartPath,
    new Panel("Training error", "epoch", $"share of {data.Count} training images, mean of {seeds} seeds", Logarithmic: false, errors),
    new Panel("Gradient / weight norm, epoch 1", "layer, from input to output", "relative gradient norm", Logarithmic: true, firstGradients),
    new Panel($"Gradient / weight norm, epoch {epochs}", "layer, from input to output", "relative gradient norm", Logarithmic: true, lastGradients));

TrainingResult Train(string name, Architecture architecture, int seed)
{
    using var network = architecture.Build(data.ClassNames.Count, inputChannels: 1, ImageSize);
    XavierInitialisation.Apply(network, seed);
    // [R §4.2]: rate 0.1, weight decay 1e-4, momentum 0.9, here at batch 64 and without augmentation: the training error is the question.
    var options = new TrainingLoopOptions
    {
        Recipe = TrainingRecipe.Baseline with { Epochs = epochs, BatchSize = 64, Nesterov = false, Augmentation = Augmentation.None },
        Preprocessing = Preprocessing.ImageNet(ImageSize, channels: 1),
        Seed = seed,
        RecordNormsEvery = 1,
    };
    // The training images are also the validation set, so that each epoch ends with their error in evaluation mode.
    using var loop = new TrainingLoop(network, data, validation: data, options);
    var result = loop.Run();
    var last = result.Epochs[^1];
    Console.WriteLine($"{name,-10} seed {seed}: training error {1 - last.Validation!.Value.Accuracy:f4}, loss {last.Validation.Value.Loss:f4}; epoch 1: {GradientDiagnosis.Of(result.Epochs[0].Norms!).Message}");
    return result;
}

ImageDataset Images()
{
    var file = IdxFile.Read(Path.Combine(folder, "train-images-idx3-ubyte.gz"), Path.Combine(folder, "train-labels-idx1-ubyte.gz"));
    var rows = new SeededRandom(0).NextPermutation(file.Count).Take(images).ToList();
    return new ImageDataset(new ImagesInMemory(rows.ConvertAll(file.Image)), rows.ConvertAll(row => (int)file.Labels[row]), file.ClassNames);
}

static IEnumerable<double> RelativeGradients(EpochResult epoch) => epoch.Norms!.Where(n => n.Rank >= 2).Select(n => n.RelativeGradient);

static double[] Mean(List<TrainingResult> runs, Func<TrainingResult, IEnumerable<double>> values)
{
    var all = runs.ConvertAll(run => values(run).ToArray());
    return [.. all[0].Select((_, i) => all.Average(run => run[i]))];
}
