using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

/// <summary>One entry of a state dict. Who owns the tensor is said by the method that gives it.</summary>
/// <param name="Name">Such as <c>layer1.0.conv1.weight</c>.</param>
/// <param name="Tensor">The values.</param>
public readonly record struct NamedTensor(string Name, Tensor Tensor);
