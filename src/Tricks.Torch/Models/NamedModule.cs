using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A module whose children are added one by one, under the names that other people's weights have.</summary>
internal abstract class NamedModule(string name) : Module<Tensor, Tensor>(name)
{
    /// <summary>TorchSharp would register every field again, under the field's own name.</summary>
    protected sealed override void RegisterComponents()
    {
    }

    /// <summary>Adds a child, whose place in the state dictionary is after those before it, and gives it back.</summary>
    protected T Add<T>(string key, T child)
        where T : nn.Module
    {
        register_module(key, child);
        return child;
    }
}
