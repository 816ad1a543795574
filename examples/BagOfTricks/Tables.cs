using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;

namespace BagOfTricks;

/// <summary>The paper's tables as recipes and networks.</summary>
internal static class Tables
{
    public static IReadOnlyList<Table> Of(Settings settings)
    {
        var baseline = settings.Baseline;
        var scaled = baseline with { BatchSize = settings.LargeBatch, LinearScaling = true };
        var warm = scaled with { WarmupEpochs = 5 };
        var zeroGamma = warm with { ZeroGamma = true };
        var noBiasDecay = zeroGamma with { NoBiasDecay = true };
        var efficient = noBiasDecay; // in 32 bits, which the rows below share
        // Images that are enlarged for Inception are augmented as the others are, which their size would change.
        var enlarged = settings.InceptionImageSize is null ? efficient : efficient with { Augmentation = Augmentation.For(settings.ImageSize) };
        var (a, b, c, d) = (settings.ResNet(ResNetVariant.A), settings.ResNet(ResNetVariant.B), settings.ResNet(ResNetVariant.C), settings.ResNet(ResNetVariant.D));

        return
        [
            new Table("Efficient training (the paper's Tables 3 and 4)",
            [
                new Row("baseline", $"baseline, batch {baseline.BatchSize}", a, baseline, "~75.87"),
                new Row("linear scaling", $"batch {settings.LargeBatch}, linear scaling", a, scaled, "~75.17"),
                new Row("warm-up", "+ warm-up", a, warm, "~75.93"),
                new Row("zero gamma", "+ zero gamma", a, zeroGamma, "~76.37"),
                new Row("no bias decay", "+ no bias decay", a, noBiasDecay, "~76.03"),
                new Row("low precision", "+ low precision", a, noBiasDecay with { Precision = Precision.BFloat16 }, "~76.21"),
            ]),
            new Table("Model tweaks (Table 5), trained efficiently in 32 bits",
            [
                new Row("no bias decay", "A, as first published", a, efficient, "~76.21"),
                new Row("variant B", "B: stride in the 3x3", b, efficient, "~76.66"),
                new Row("variant C", "C: three 3x3 in the stem", c, efficient, "~76.87"),
                new Row("variant D", "D: pooled shortcut", d, efficient, "77.16"),
            ]),
            new Table("Refinements of ResNet-D (Table 6)", Refinements("variant D", "", d, efficient, settings, ["77.16", "~77.91", "~78.31", "~78.67", "79.15", "79.29"])),
            new Table("Refinements of MobileNet (Table 6)", Refinements("MobileNet", "MobileNet, ", settings.MobileNet, efficient, settings, ["~71.90", "~72.83", "72.93", "~71.97", "73.28", "~72.51"])),
            new Table("Refinements of Inception-v3 (Table 6)",
            [
                .. Refinements("Inception-v3", "Inception-v3, ", settings.Inception, enlarged, settings, ["~77.50", "~78.19", "~78.40", "~78.26", "78.77", "~78.34"])
                    .Select(row => row with { ImageSize = settings.InceptionImageSize, Teacher = settings.InceptionTeacher }),
            ]),
        ];
    }

    private static List<Row> Refinements(string first, string prefix, Architecture network, TrainingRecipe efficient, Settings settings, string[] paper)
    {
        var cosine = efficient with { Decay = LearningRateDecay.Cosine };
        var smooth = cosine with { LabelSmoothing = 0.1 };
        var mixed = smooth with { MixupAlpha = 0.2, Epochs = settings.MixupEpochs };
        return
        [
            new Row(first, "efficient", network, efficient, paper[0]),
            new Row($"{prefix}cosine", "+ cosine", network, cosine, paper[1]),
            new Row($"{prefix}smoothing", "+ label smoothing", network, smooth, paper[2]),
            new Row($"{prefix}distillation", "+ distillation, without mixup", network, smooth, paper[3], HasTeacher: true),
            new Row($"{prefix}mixup", $"+ mixup ({mixed.Epochs} epochs), without distillation", network, mixed, paper[4]),
            new Row($"{prefix}both", $"both ({mixed.Epochs} epochs)", network, mixed, paper[5], HasTeacher: true),
        ];
    }
}
