namespace Tricks.Torch.Losses;

/// <summary>Where the smoothed probability mass goes.</summary>
public enum LabelSmoothingConvention
{
    /// <summary>To the K - 1 wrong classes: eps / (K - 1) each (BoT §5.2). The default.</summary>
    Paper,

    /// <summary>To all K classes: eps / K each, the right one included (PyTorch, timm, GluonCV).</summary>
    Uniform,
}
