namespace Tricks.Torch.Training;

/// <summary>How large one parameter and its gradients were over an epoch (<see cref="TrainingLoopOptions.RecordNormsEvery"/>).</summary>
/// <param name="Name">As in the state dict, such as <c>layer1.0.conv1.weight</c>.</param>
/// <param name="Rank">Number of dimensions: 4 for a convolution, 2 for a fully connected layer, 1 for biases, gamma and beta.</param>
/// <param name="GradientNorm">The Euclidean norm of the loss's gradient, before anything is done to it; root mean square over the recorded steps.</param>
/// <param name="GreatestGradientNorm">The greatest of those norms.</param>
/// <param name="WeightNorm">The Euclidean norm of the parameter before the step moved it; root mean square over the recorded steps.</param>
public sealed record ParameterNorms(string Name, int Rank, double GradientNorm, double GreatestGradientNorm, double WeightNorm)
{
    /// <summary>GradientNorm / WeightNorm: times the learning rate, the relative change per plain step. NaN or infinite where the parameter is zero.</summary>
    public double RelativeGradient => GradientNorm / WeightNorm;
}
