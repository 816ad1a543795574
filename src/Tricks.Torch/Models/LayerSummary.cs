namespace Tricks.Torch.Models;

/// <summary>One layer with weights, as a <see cref="ModelSummary"/> lists it.</summary>
/// <param name="Name">Its name in the state dict, such as <c>layer1.0.conv1</c>.</param>
/// <param name="Type">Its class, such as <c>BatchNorm2d</c>.</param>
/// <param name="OutputShape">Shape of its output for one image, such as (C, H, W).</param>
/// <param name="Parameters">Number of its trainable elements.</param>
/// <param name="MultiplyAdds">Multiply-adds for one image, of convolutions and linear layers; 0 for all others.</param>
public sealed record LayerSummary(string Name, string Type, IReadOnlyList<long> OutputShape, long Parameters, long MultiplyAdds);
