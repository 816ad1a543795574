namespace Tricks.Torch.Scoring;

/// <summary>How far a model's scores were from the truth on rows that it was not trained on, and the temperature that brings them nearer.</summary>
/// <remarks>Guo et al., arXiv:1706.04599; see <see cref="TemperatureScaling"/>.</remarks>
/// <param name="Temperature">T, by which logits are divided before the softmax. Greater than 0.</param>
/// <param name="ErrorBefore">The expected calibration error (15 bins) at T = 1, in [0, 1].</param>
/// <param name="ErrorAfter">The same at <paramref name="Temperature"/>. On the rows that T was fitted on: on others expect more.</param>
/// <param name="Rows">How many rows T was fitted on.</param>
public sealed record Calibration(double Temperature, double ErrorBefore, double ErrorAfter, int Rows);
