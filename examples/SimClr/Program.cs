using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using Tricks.Torch.Runtime;

ImageDataset Read(string part)
{
    var d = IdxFile.Read(Path.Combine(args[0], $"{part}-images-idx3-ubyte.gz"), Path.Combine(args[0], $"{part}-labels-idx1-ubyte.gz"));
    return new ImageDataset(new ImagesInMemory([.. Enumerable.Range(0, d.Count).Select(d.Image)]), [.. d.Labels.Select(l => (int)l)], d.ClassNames);
}
TorchBackend.EnsureLoaded();
TorchSharp.torch.set_num_threads(int.Parse(args[1]));
double D(int i) => double.Parse(args[i], System.Globalization.CultureInfo.InvariantCulture);
var run = new FewLabels(Read("train"), Read("t10k"), Architecture.CifarResNet(int.Parse(args[2]), ResNetVariant.D), Preprocessing.ImageNet(28, channels: 1))
{
    Pretraining = SimClrRecipe.Short with { Epochs = (int)D(3), BatchSize = (int)D(4), LearningRate = D(5), Temperature = D(6), HeadHiddenSize = (int)D(7), Precision = args[8] == "bf16" ? Precision.BFloat16 : Precision.Float32,
      Augmentation = new ViewAugmentation { CropArea = (D(9), 1), JitterStrength = D(10) } },
    FineTuning = TrainingRecipe.ShortBagOfTricks with { Epochs = (int)D(11), BatchSize = 32, LinearScaling = false },
};
foreach (var seed in args[12].Split(','))
    run.Run(int.Parse(seed), $"encoder{seed}.safetensors");
