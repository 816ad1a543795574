namespace Tricks.Torch.Transforms;

/// <summary>Evaluation: shorter side to ImageSize / CropRatio, centre crop, normalise (BoT §2.1).</summary>
public sealed class EvaluationTransform(Preprocessing preprocessing)
{
    /// <summary>Writes the transformed image, (H, W, C), into <paramref name="target"/>.</summary>
    public void Apply(ImagePixels image, Span<float> target) => throw new NotImplementedException(preprocessing.ToString());
}
