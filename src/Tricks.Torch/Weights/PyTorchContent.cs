namespace Tricks.Torch.Weights;

/// <summary>What a PyTorch file holds. Its owner disposes it, and with it the tensors.</summary>
public sealed class PyTorchContent : IDisposable
{
    internal PyTorchContent(IReadOnlyList<NamedTensor> tensors) => Tensors = tensors;

    /// <summary>The tensors in the order of the file, on the CPU; some may share memory, as they did when they were saved.</summary>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        foreach (var (_, tensor) in Tensors)
            tensor.Dispose();
    }
}
