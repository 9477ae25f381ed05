// Asks the browser for a passkey, to make one or to prove one, and sends what it says with the form inside.
// Where passkeys are not known the button stays away, and the other ways stay.
customElements.define("passkey-ceremony", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    // A passkey belongs to a name, and an address of numbers has none.
    const hasName = /[a-z]/i.test(location.hostname.replace(/^\[.*\]$/, ""));
    if (!hasName || !window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
    this.hidden = false;
    this.button.addEventListener("click", event => {
      event.preventDefault();
      this.ask();
    });
  }

  async ask() {
    this.say("");
    this.button.disabled = true;
    try {
      const credential = await this.credential((await this.options()).publicKey);
      this.querySelector("[name=credential]").value = JSON.stringify(credential.toJSON());
      this.querySelector("form").submit();
    } catch (error) {
      this.say(error.name === "InvalidStateError" ? this.dataset.known : this.dataset.failed);
      this.button.disabled = false;
    }
  }

  async options() {
    if (!this.dataset.address) return JSON.parse(document.getElementById("passkey-options").textContent);
    const answer = await fetch(this.dataset.address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    return (await answer.json()).request_options;
  }

  credential(options) {
    if (!this.hasAttribute("makes")) {
      return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    }
    // Kept by the device itself and opened by its owner: then it signs in alone, without a password.
    const choice = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
    options.authenticatorSelection = { ...options.authenticatorSelection, ...choice };
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }

  say(words) {
    const line = this.querySelector("[role=alert]");
    line.textContent = words;
    line.hidden = !words;
  }
});
