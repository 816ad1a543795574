namespace Tricks.Torch.Training;

/// <summary>How the learning rate falls after warm-up.</summary>
public enum LearningRateDecay
{
    /// <summary>It does not.</summary>
    Constant,

    /// <summary>By <see cref="TrainingRecipe.StepFactor"/> at 1/4, 1/2 and 3/4 of the epochs: 30, 60, 90 of 120 (BoT §2.1).</summary>
    Step,

    /// <summary>By <see cref="TrainingRecipe.ExponentialFactor"/> after each epoch (BoT §5.1).</summary>
    Exponential,

    /// <summary>Along half a cosine to zero (BoT §5.1).</summary>
    Cosine,
}
